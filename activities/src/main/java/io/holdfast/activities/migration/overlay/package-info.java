/** Disks that are frozen under overlays while they are copied to another host. */
@NullMarked
package io.holdfast.activities.migration.overlay;

import org.jspecify.annotations.NullMarked;
