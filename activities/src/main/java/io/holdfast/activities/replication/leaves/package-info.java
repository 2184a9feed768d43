/** What a disk holds, in hashes: a SHA-256 leaf for each 64 KiB, and one root over them. */
@NullMarked
package io.holdfast.activities.replication.leaves;

import org.jspecify.annotations.NullMarked;
