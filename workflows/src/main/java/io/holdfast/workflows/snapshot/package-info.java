/** Snapshots of instances: take, restore, delete. */
@NullMarked
package io.holdfast.workflows.snapshot;

import org.jspecify.annotations.NullMarked;
