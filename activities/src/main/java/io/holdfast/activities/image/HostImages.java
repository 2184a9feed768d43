package io.holdfast.activities.image;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.ImageSpec;
import io.holdfast.workflows.model.PlacedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images in a pool's folder. The final name is given last, so it says "verified". */
@SuppressWarnings("try") // a lock is held, not used
public final class HostImages implements ImageActivities {
  private static final Logger LOG = LoggerFactory.getLogger(HostImages.class);
  private static final String SHA256 = "holdfast.sha256";

  private final Pools pools;
  private final PoolRefresher refresher;
  private final KeyedLocks locks = new KeyedLocks();

  public HostImages(Pools pools, PoolRefresher refresher) {
    this.pools = pools;
    this.refresher = refresher;
  }

  @Override
  public PlacedImage placeImage(ImageSource source, String pool) {
    Path folder = pools.folder(pool);
    ImageSpec image = source.image();
    Path whole = ImageFiles.whole(folder, image.id());
    try (KeyedLocks.Held held = locks.lock(whole)) {
      Optional<PlacedImage> adopted = adopt(whole, image);
      return adopted.isPresent() ? adopted.get() : place(source, pool, folder, whole);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void removeImage(ImageId image, String pool) {
    Path folder = pools.folder(pool);
    Path whole = ImageFiles.whole(folder, image);
    try (KeyedLocks.Held held = locks.lock(whole)) {
      List<String> users = PoolFiles.exists(whole) ? overlaysOn(whole) : List.of();
      if (!users.isEmpty()) {
        throw Failures.of(
            FailureType.STORAGE_FAILED, "Volumes in pool " + pool + " stand on the image", users);
      }
      List<Path> files = PoolFiles.startingWith(folder, ImageFiles.prefix(image));
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      if (!files.isEmpty()) {
        PoolFiles.syncFolder(files.get(0));
        refresher.now(pool);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private static Optional<PlacedImage> adopt(Path whole, ImageSpec image) throws IOException {
    if (!PoolFiles.exists(whole)) {
      return Optional.empty();
    }
    Optional<QcowHeader> header = QcowHeader.read(whole);
    boolean same = PoolFiles.readTag(whole, SHA256).orElse(image.sha256()).equals(image.sha256());
    if (header.isEmpty() || !same) {
      LOG.warn("{} is not the image that it should be; it is fetched again", whole);
      return Optional.empty();
    }
    return Optional.of(new PlacedImage(image.id(), header.get().virtualSize(), Files.size(whole)));
  }

  private PlacedImage place(ImageSource source, String pool, Path folder, Path whole)
      throws IOException {
    ImageSpec image = source.image();
    Path fetched = ImageFiles.fetched(folder, image.id());
    Path made = folder.resolve(PoolFiles.temporaryName(ImageFiles.prefix(image.id())));
    clearHalfMade(folder, fetched, image.id());
    requireSpace(folder, fetched, image);
    String sha256 = new ImageDownload(source, fetched).run();
    try {
      if (!sha256.equals(image.sha256())) {
        throw Failures.of(
            FailureType.IMAGE_CHECKSUM_MISMATCH,
            "The content of image " + image.name() + " is not the one that was registered",
            List.of("expected SHA-256 " + image.sha256(), "found " + sha256));
      }
      makeQcow2(image, fetched, made);
      long virtualSize = ImageInspection.virtualSize(made);
      PoolFiles.tag(made, "holdfast.owner", "holdfast");
      PoolFiles.tag(made, SHA256, sha256);
      PoolFiles.publish(made, whole);
      refresher.soon(pool);
      return new PlacedImage(image.id(), virtualSize, Files.size(whole));
    } finally {
      PoolFiles.deleteQuietly(fetched);
      PoolFiles.deleteQuietly(made);
    }
  }

  private static void makeQcow2(ImageSpec image, Path fetched, Path made) throws IOException {
    switch (image.format()) {
      case QCOW2 -> Files.move(fetched, made);
      case RAW -> QemuImg.convert("raw", fetched, made);
      case VMDK -> {
        ImageInspection.checkVmdk(fetched, image.virtualSizeBytes());
        QemuImg.convert("vmdk", fetched, made);
      }
    }
  }

  /** What a killed worker had half made; not what it had fetched, from whose end we go on. */
  private static void clearHalfMade(Path folder, Path fetched, ImageId image) throws IOException {
    for (Path file : PoolFiles.startingWith(folder, ImageFiles.prefix(image))) {
      if (file.toString().endsWith(".part") && !file.equals(fetched)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void requireSpace(Path folder, Path fetched, ImageSpec image) throws IOException {
    long have = PoolFiles.exists(fetched) ? Files.size(fetched) : 0;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (image.sizeBytes() - have > free) {
      throw Failures.of(
          FailureType.STORAGE_FULL,
          "The pool has " + free + " bytes free, the image needs " + image.sizeBytes());
    }
  }

  private static List<String> overlaysOn(Path image) throws IOException {
    List<String> users = new ArrayList<>();
    Path folder = image.getParent();
    if (folder == null) {
      return users;
    }
    for (Path file : PoolFiles.startingWith(folder, "")) {
      boolean qcow2 = file.toString().endsWith(".qcow2") && PoolFiles.isFile(file);
      if (qcow2
          && QcowHeader.read(file)
              .filter(header -> file.resolveSibling(header.backing()).equals(image))
              .isPresent()) {
        users.add(String.valueOf(file.getFileName()));
      }
    }
    return users;
  }
}
