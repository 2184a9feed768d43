/** Snapshots of instances: files of their own, beside the disks that they were taken of. */
@NullMarked
package io.holdfast.activities.snapshot;

import org.jspecify.annotations.NullMarked;
