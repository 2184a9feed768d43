/** Records that cross a process, and the typed ids; no behaviour beyond their own invariants. */
@NullMarked
package io.holdfast.workflows.model;

import org.jspecify.annotations.NullMarked;
