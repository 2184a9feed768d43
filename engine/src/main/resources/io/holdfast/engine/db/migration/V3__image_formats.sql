-- What is sent may be compressed, in a tar or an OVA. The store keeps the disk that was in it, so
-- its hash is not the one of what was sent, which alone the caller knows.
alter table image add column compression text not null default 'AUTO'
  check (compression in ('AUTO', 'NONE', 'GZ', 'XZ', 'ZST', 'BZ2',
                         'TAR', 'TAR_GZ', 'TAR_XZ', 'TAR_ZST', 'TAR_BZ2'));
alter table image add column content_sha256 text;
alter table image add column content_format text
  check (content_format in ('RAW', 'QCOW2', 'VMDK'));
update image set content_sha256 = sha256, content_format = format where sha256 is not null;

alter table image drop constraint image_format_check;
alter table image add constraint image_format_check
  check (format in ('AUTO', 'RAW', 'QCOW2', 'VMDK', 'OVA'));

-- A delete takes the copies on hosts first and the row last; meanwhile nobody may use the image.
alter table image drop constraint image_state_check;
alter table image add constraint image_state_check
  check (state in ('AWAITING_CONTENT', 'IMPORTING', 'AVAILABLE', 'DELETING'));
-- The state that a delete which never began goes back to; null once one began.
alter table image add column kept_state text;
