/** Waiting for guests to answer. */
@NullMarked
package io.holdfast.activities.guest;

import org.jspecify.annotations.NullMarked;
