package io.holdfast.activities.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Bitmaps in the files of an instance that is off: nobody writes, so the files are the view. */
public final class DiskBitmaps {
  private DiskBitmaps() {}

  /** Names of the file's bitmaps, and whether each is consistent. */
  public static Map<String, Boolean> bitmaps(Path qcow2) throws IOException {
    Map<String, Boolean> found = new HashMap<>();
    JsonNode list = QemuImg.info(qcow2).path("format-specific").path("data").path("bitmaps");
    for (JsonNode bitmap : list) {
      boolean inUse = false;
      for (JsonNode flag : bitmap.path("flags")) {
        inUse |= flag.asText().equals("in-use");
      }
      found.put(bitmap.path("name").asText(), !inUse);
    }
    return found;
  }

  /** Begins to note changes; one that is there is kept. */
  public static void add(Path qcow2, String bitmap) throws IOException {
    if (!bitmaps(qcow2).containsKey(bitmap)) {
      QemuImg.addBitmap(qcow2, bitmap);
    }
  }

  /** None is no error. */
  public static void remove(Path qcow2, String bitmap) throws IOException {
    if (bitmaps(qcow2).containsKey(bitmap)) {
      QemuImg.removeBitmap(qcow2, bitmap);
    }
  }

  /** Removes all bitmaps, also those that are marked in use: a copy has none that counts. */
  public static void removeAll(Path qcow2) throws IOException {
    for (String bitmap : bitmaps(qcow2).keySet()) {
      QemuImg.removeBitmap(qcow2, bitmap);
    }
  }
}
