/** Volumes of instances: disks and the NoCloud seed. */
@NullMarked
package io.holdfast.activities.volume;

import org.jspecify.annotations.NullMarked;
