package io.holdfast.engine.core;

import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointView;
import java.util.List;

/** A recovery point with its disks. */
public record RecoveryPoint(RecoveryPointView view, List<RecoveryPointDiskRow> disks) {}
