/** The source's side: the disks of an instance as of one moment, and what changed since. */
@NullMarked
package io.holdfast.activities.replication.backup;

import org.jspecify.annotations.NullMarked;
