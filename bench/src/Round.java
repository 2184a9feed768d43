import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;

/**
 * One round of a protection group, by its job's own record of the time.
 *
 * @param point the recovery point that it made
 */
record Round(Instant requested, JsonNode job, JsonNode point) {
  /** From the moment that the point shows to AVAILABLE. */
  double checkpointToAvailable() {
    return Created.seconds(Instant.parse(point.path("takenAt").asText()), available());
  }

  /** As whoever asked for it sees it: from the request to AVAILABLE. */
  double requestToAvailable() {
    return Created.seconds(requested, available());
  }

  long wire() {
    return point.at("/bytes/wire").asLong();
  }

  String replica() {
    JsonNode disk = point.path("disks").path(0);
    return "%s/replica-%s-%s-%s.qcow2"
        .formatted(
            HostShell.POOL,
            disk.path("instance").asText(),
            disk.path("disk").asText(),
            point.path("id").asText());
  }

  /** A benchmark of something else is none: fails unless all changes came from there. */
  void require(String changes, long leastWire, long mostWire) throws IOException {
    JsonNode disk = point.path("disks").path(0);
    if (point.path("disks").size() != 1
        || !disk.path("changes").asText().equals(changes)
        || !disk.path("pool").asText().equals("fast")
        || wire() < leastWire
        || wire() > mostWire) {
      throw new IOException("Not a round of %s and %d to %d bytes: %s".formatted(changes, leastWire, mostWire, point));
    }
  }

  private Instant available() {
    return time("publish", "endedAt");
  }

  private Instant time(String step, String which) {
    for (JsonNode one : job.path("steps")) {
      if (one.path("name").asText().equals(step)) {
        return Instant.parse(one.path(which).asText());
      }
    }
    throw new IllegalStateException("No step " + step + " in " + job);
  }
}
