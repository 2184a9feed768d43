/** Recovery points: disks read at one moment, sent to another host, kept and proven there. */
@NullMarked
package io.holdfast.activities.replication;

import org.jspecify.annotations.NullMarked;
