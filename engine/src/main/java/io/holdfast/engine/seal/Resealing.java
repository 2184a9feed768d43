package io.holdfast.engine.seal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.SealDao;
import io.holdfast.engine.db.SealDao.Holder;
import io.holdfast.engine.db.SealedSecrets;
import io.holdfast.workflows.seal.SealException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings all secrets at rest under the key that seals now, so that an old key can leave the key
 * file; also those that were accepted before there was a seal. Run at each engine's start: a
 * hundred rows a transaction, and nothing to do when no key changed. What cannot be opened stays as
 * it is, and the log names its key: a lost key must not keep an engine down.
 */
public final class Resealing {
  private static final Logger LOGGER = LoggerFactory.getLogger(Resealing.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRETS = "secrets";

  private final Database database;
  private final SecretSeal seal;
  private final Set<String> troubles = new TreeSet<>();

  public Resealing(Database database, SecretSeal seal) {
    this.database = database;
    this.seal = seal;
  }

  /** Answers with how many rows were written. */
  public int run() {
    int written =
        all(SealDao::instancesNotUnder, SealDao::setSpec)
            + all(SealDao::jobsNotUnder, SealDao::setRequest);
    if (written > 0) {
      LOGGER.info("Sealed the secrets in {} rows with key {}", written, seal.sealingKey());
    }
    for (String trouble : troubles) {
      LOGGER.warn("Secrets of some instances cannot be opened: {}", trouble);
    }
    return written;
  }

  /** Rows after the last one that was seen, so that those which do not open end no loop. */
  private int all(Find find, Write write) {
    int written = 0;
    Batch batch = new Batch(new UUID(0, 0), 0, false);
    do {
      UUID after = batch.last();
      batch = database.inTransaction(daos -> batch(daos, find, write, after));
      written += batch.written();
    } while (!batch.isLast());
    return written;
  }

  private Batch batch(Daos daos, Find find, Write write, UUID after) {
    UUID last = after;
    int written = 0;
    List<Holder> holders = find.in(daos.seals(), seal.sealingKey(), after);
    for (Holder holder : holders) {
      last = holder.id();
      JsonNode json = holder.json().deepCopy();
      try {
        reseal(holder.instanceId(), json);
        write.to(daos.seals(), holder.id(), json);
        written++;
      } catch (SealException closed) {
        troubles.add(String.valueOf(closed.getMessage()));
      }
    }
    return new Batch(last, written, holders.isEmpty());
  }

  private void reseal(UUID instance, JsonNode json) {
    if (json instanceof ObjectNode object) {
      if (object.has("sshKeys") || object.has("userData")) {
        InstanceSecrets clear =
            JSON.convertValue(
                object.deepCopy().retain("sshKeys", "userData"), InstanceSecrets.class);
        object.remove(List.of("sshKeys", "userData"));
        object.set(SECRETS, JSON.valueToTree(seal.seal(instance, clear)));
      } else if (object.path(SECRETS).isObject()) {
        SealedSecrets sealed = JSON.convertValue(object.get(SECRETS), SealedSecrets.class);
        object.set(SECRETS, JSON.valueToTree(seal.seal(instance, seal.open(instance, sealed))));
      }
    }
    json.forEach(child -> reseal(instance, child));
  }

  private record Batch(UUID last, int written, boolean isLast) {}

  @FunctionalInterface
  private interface Find {
    List<Holder> in(SealDao dao, String key, UUID after);
  }

  @FunctionalInterface
  private interface Write {
    void to(SealDao dao, UUID id, JsonNode json);
  }
}
