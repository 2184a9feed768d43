package io.holdfast.engine.db;

import io.holdfast.workflows.model.ImageFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface ImageDao {
  /** Throws {@link NameTakenException}. */
  default void insert(ImageRow image) {
    if (tryInsert(image) == 0) {
      throw new NameTakenException(image.name());
    }
  }

  @SqlUpdate(
      """
      insert into image (id, name, state, format, compression, readiness, source_url,
                         expected_sha256, content_format, sha256, content_sha256, size_bytes, virtual_size_bytes,
                         created_at)
      values (:id, :name, :state, :format, :compression, :readiness, :sourceUrl,
              :expectedSha256, :contentFormat, :sha256, :contentSha256, :sizeBytes, :virtualSizeBytes,
              :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods ImageRow image);

  @SqlQuery("select * from image where id = :id")
  Optional<ImageRow> findById(UUID id);

  @SqlQuery("select * from image where name = :name")
  Optional<ImageRow> findByName(String name);

  @SqlQuery(
      """
      select * from image
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<ImageRow> list(@BindMethods PageRequest page, @Nullable String name);

  /** Waits for whoever changes the image's state, and keeps others from it until the commit. */
  @SqlQuery("select * from image where id = :id for update")
  Optional<ImageRow> lock(UUID id);

  /** Keeps the image from being deleted until the commit, by which its user can be seen. */
  @SqlQuery("select * from image where id = :id for key share")
  Optional<ImageRow> keep(UUID id);

  /** What a host's QEMU says of the disk inside has the last word; 0 when none was asked. */
  @SqlUpdate(
      """
      update image set state = 'AVAILABLE',
                       virtual_size_bytes = coalesce(nullif(:virtualSizeBytes, 0),
                                                     virtual_size_bytes)
      where id = :id
      """)
  void setAvailable(UUID id, long virtualSizeBytes);

  @SqlUpdate("update image set state = :state where id = :id")
  void setState(UUID id, ImageState state);

  @SqlUpdate(
      """
      update image set content_format = :format, sha256 = :sha256, content_sha256 = :contentSha256,
                       size_bytes = :sizeBytes, virtual_size_bytes = :virtualSizeBytes
      where id = :id
      """)
  void setContent(
      UUID id,
      ImageFormat format,
      String sha256,
      String contentSha256,
      long sizeBytes,
      long virtualSizeBytes);

  /** From here on nobody may use it. Wants the lock; throws {@link StillUsedException}. */
  default void beginDelete(UUID id) {
    user(id)
        .ifPresent(
            user -> {
              throw new StillUsedException(user);
            });
    setDeleting(id);
  }

  /** A state that a delete left behind is none to go back to. */
  @SqlUpdate(
      """
      update image set kept_state = case when state = 'DELETING' then kept_state else state end,
                       state = 'DELETING'
      where id = :id
      """)
  void setDeleting(UUID id);

  /** After a delete that did not succeed; {@code undone}: it did nothing. */
  @SqlUpdate(
      """
      update image set state = case when :undone then coalesce(kept_state, state) else state end,
                       kept_state = null
      where id = :id and state = 'DELETING'
      """)
  void endDelete(UUID id, boolean undone);

  @SqlQuery("select 'instance ' || name from instance where image_id = :id order by name limit 1")
  Optional<String> user(UUID id);

  @SqlUpdate("delete from image where id = :id")
  void tryDelete(UUID id);

  @SqlUpdate(
      """
      insert into image_copy (image_id, host_id, pool)
      select image.id, host.id, :pool from image, host
      where image.id = :imageId and host.id = :hostId
      on conflict do nothing
      """)
  void addCopy(@BindMethods ImageCopyRow copy);

  @SqlUpdate(
      """
      delete from image_copy where image_id = :imageId and host_id = :hostId and pool = :pool
      """)
  void removeCopy(@BindMethods ImageCopyRow copy);

  @SqlQuery("select * from image_copy where image_id = :imageId order by host_id, pool")
  List<ImageCopyRow> copies(UUID imageId);
}
