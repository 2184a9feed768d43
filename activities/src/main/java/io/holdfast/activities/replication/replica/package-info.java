/** The target's side: a private clone for each point, its stream's journal, its proof. */
@NullMarked
package io.holdfast.activities.replication.replica;

import org.jspecify.annotations.NullMarked;
