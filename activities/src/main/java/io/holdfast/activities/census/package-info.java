/** What of ours is on this host. */
@NullMarked
package io.holdfast.activities.census;

import org.jspecify.annotations.NullMarked;
