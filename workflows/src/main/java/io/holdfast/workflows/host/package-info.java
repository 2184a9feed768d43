/** Discovering a host and watching it. */
@NullMarked
package io.holdfast.workflows.host;

import org.jspecify.annotations.NullMarked;
