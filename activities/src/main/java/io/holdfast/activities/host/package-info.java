/** The host speaking of itself. */
@NullMarked
package io.holdfast.activities.host;

import org.jspecify.annotations.NullMarked;
