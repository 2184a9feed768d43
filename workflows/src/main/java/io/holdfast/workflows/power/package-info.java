/** What several workflows do with the power of an instance. */
@NullMarked
package io.holdfast.workflows.power;

import org.jspecify.annotations.NullMarked;
