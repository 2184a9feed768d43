package io.holdfast.workflows.migration;

import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.saga.Saga;

/** Everybody who takes part in a migration, once its target is known. */
record Way(
    MigrationOrder order,
    DiskCopies copies,
    SnapshotCopies snapshots,
    SourceSide source,
    TargetSide target,
    Handover handover) {
  void undoCopies() {
    source.unlimit();
    target.keepCopies();
    snapshots.delete();
  }

  void undoLinks() {
    source.unlimit();
    target.clear();
    snapshots.delete();
  }

  /** Of an instance that is the source's, whatever was done. */
  void undo(boolean stopped) {
    if (order.shared()) {
      undoLinks();
    } else {
      target.clear();
      undoCopies();
      source.mergeOverlays();
    }
    if (stopped) {
      source.start();
    }
    target.disconnectPorts();
  }

  static Way of(Saga saga, MigrationOrder order) {
    saga.knows(order.source());
    saga.knows(order.target());
    DiskCopies copies = new DiskCopies(order);
    SourceSide source = new SourceSide(order);
    TargetSide target = new TargetSide(order, copies, new DiskLinks(order));
    Handover handover = new Handover(order, new Sides(order), source, target);
    return new Way(order, copies, new SnapshotCopies(order), source, target, handover);
  }
}
