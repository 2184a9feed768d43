package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import java.util.List;

/** The JSON of {@code job.result} of jobs on protection groups and recovery points. */
final class ProtectionResults {
  private ProtectionResults() {}

  /** The group's id as of every job's target, the point, and the bytes of the round. */
  static JsonNode round(RecoveryPointRow point, List<RecoveryPointDiskRow> disks) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", point.groupId().toString());
    result.put("recoveryPoint", point.id().toString());
    result.put("number", point.number());
    ObjectNode bytes = result.putObject("bytes");
    bytes.put("logical", disks.stream().mapToLong(RecoveryPointDiskRow::logicalBytes).sum());
    bytes.put("wire", disks.stream().mapToLong(RecoveryPointDiskRow::wireBytes).sum());
    bytes.put("zero", disks.stream().mapToLong(RecoveryPointDiskRow::zeroBytes).sum());
    bytes.put("same", disks.stream().mapToLong(RecoveryPointDiskRow::sameBytes).sum());
    ArrayNode notes = result.putArray("notes");
    point.notes().forEach(notes::add);
    return result;
  }

  /** {@code broken}: a line for each replica that is not what was sealed. */
  static JsonNode verdict(RecoveryPointRow point, List<String> broken) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", point.id().toString());
    result.put("verdict", broken.isEmpty() ? "INTACT" : "BROKEN");
    ArrayNode lines = result.putArray("broken");
    broken.forEach(lines::add);
    return result;
  }
}
