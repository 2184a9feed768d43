/** Guests that are held still for a moment, and go on whatever dies. */
@NullMarked
package io.holdfast.activities.still;

import org.jspecify.annotations.NullMarked;
