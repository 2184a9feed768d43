/** Hosts that are emptied, to be worked on. */
@NullMarked
package io.holdfast.workflows.evacuation;

import org.jspecify.annotations.NullMarked;
