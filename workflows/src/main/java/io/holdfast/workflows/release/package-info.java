/** Releasing leases by force. */
@NullMarked
package io.holdfast.workflows.release;

import org.jspecify.annotations.NullMarked;
