-- Lineage walks look artifacts up by digest thousands of times. Comparing bytes is quicker than
-- comparing by a language's rules, and with the stage in the index the table is not read at all.

create index stage_artifact_by_digest
  on shoal.stage_artifact (sha256 text_pattern_ops, direction) include (stage_id);
drop index shoal.stage_artifact_by_artifact;
