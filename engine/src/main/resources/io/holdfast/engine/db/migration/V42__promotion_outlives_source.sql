-- Who has taken over from an instance is still known when that one's old copy is deleted: its points are there, and nobody
-- may be made of them beside the successor.
alter table promotion drop constraint promotion_source_id_fkey;
