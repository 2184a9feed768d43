package io.holdfast.activities.replication.replica;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which replicas wait for their stream, and the hash of the token that opens it: a file each, so
 * that a sender that comes back after a restart of this worker is let in.
 */
final class OpenReplicas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOKEN_BYTES = 24;

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  OpenReplicas(Path folder) {
    this.folder = folder;
  }

  /** Returns the stream's new token; an earlier one is void. */
  String open(ReplicaSpec replica) throws IOException {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    Files.createDirectories(folder);
    Path file = file(ReplicaNames.name(replica));
    Path part = file.resolveSibling(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
    Files.writeString(part, JSON.writeValueAsString(new Entry(replica, hash(text))));
    PoolFiles.publish(part, file);
    return text;
  }

  /** The replica that this token opens; empty when it opens none. */
  Optional<ReplicaSpec> find(String name, String token) throws IOException {
    if (!name.matches("[0-9A-Za-z-]+") || !Files.exists(file(name))) {
      return Optional.empty();
    }
    Entry entry = JSON.readValue(Files.readString(file(name)), Entry.class);
    boolean right =
        MessageDigest.isEqual(
            entry.tokenHash().getBytes(StandardCharsets.US_ASCII),
            hash(token).getBytes(StandardCharsets.US_ASCII));
    return right ? Optional.of(entry.replica()) : Optional.empty();
  }

  /** No stream is let in any more. */
  void close(String name) throws IOException {
    Files.deleteIfExists(file(name));
  }

  private Path file(String name) {
    return folder.resolve(name + ".json");
  }

  private static String hash(String token) {
    return HexFormat.of().formatHex(Leaf.digest().digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  record Entry(ReplicaSpec replica, String tokenHash) {}
}
