/** libnbd, QEMU's block protocol as a client: many requests in flight, extents, bitmaps. */
@NullMarked
package io.holdfast.activities.replication.nbd;

import org.jspecify.annotations.NullMarked;
