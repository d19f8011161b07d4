-- Artifacts are immutable and named by their digest; the edges say which stage read and wrote them.

create table shoal.artifact (
  sha256     shoal.sha256 primary key,
  kind       text         not null check (kind <> ''),
  media_type text         not null,
  bytes      bigint       not null check (bytes >= 0),
  manifest   jsonb,
  created_at timestamptz  not null default now(),
  deleted_at timestamptz
);
create index artifact_by_digest_prefix on shoal.artifact ((sha256::text) text_pattern_ops);
create index artifact_by_kind on shoal.artifact (kind, created_at desc);
comment on table shoal.artifact is 'An immutable file or folder, named by its digest. Rows stay when the bytes are deleted.';
comment on column shoal.artifact.sha256 is 'Digest of the file, or of the folder''s canonical manifest.';
comment on column shoal.artifact.kind is 'What it is: model and corpus come from outside; tokens, statistics, experts, moe, scores and so on are made here.';
comment on column shoal.artifact.media_type is 'Media type of the file, or of the manifest.';
comment on column shoal.artifact.bytes is 'Size of all its files together.';
comment on column shoal.artifact.manifest is 'Files with size and digest; for external inputs also the path they were read from.';
comment on column shoal.artifact.created_at is 'When it was recorded first.';
comment on column shoal.artifact.deleted_at is 'When its bytes were given up; absent while they should exist.';

create table shoal.artifact_location (
  sha256      shoal.sha256 not null references shoal.artifact,
  uri         text         not null,
  verified_at timestamptz  not null default now(),
  primary key (sha256, uri)
);
comment on table shoal.artifact_location is 'Where the bytes of an artifact are; there may be several places.';
comment on column shoal.artifact_location.sha256 is 'Artifact.';
comment on column shoal.artifact_location.uri is 'Path in the store, or the place an external input was read from.';
comment on column shoal.artifact_location.verified_at is 'When the bytes there were last seen to have this digest.';

create table shoal.stage_artifact (
  stage_id  uuid         not null references shoal.stage,
  direction text         not null check (direction in ('IN', 'OUT')),
  role      text         not null check (role <> ''),
  ordinal   integer      not null check (ordinal >= 0),
  sha256    shoal.sha256 not null references shoal.artifact,
  primary key (stage_id, direction, role, ordinal)
);
create index stage_artifact_by_artifact on shoal.stage_artifact (sha256, direction);
comment on table shoal.stage_artifact is 'The edges of the lineage: what a stage read and what it wrote.';
comment on column shoal.stage_artifact.stage_id is 'Stage; one that reused a result has the same edges as the one that computed it.';
comment on column shoal.stage_artifact.direction is 'IN for what was read, OUT for what was written.';
comment on column shoal.stage_artifact.role is 'What the artifact was to the stage: dense, tokens, expert, model and so on.';
comment on column shoal.stage_artifact.ordinal is 'Position in the stage''s list of inputs or outputs, from 0.';
comment on column shoal.stage_artifact.sha256 is 'Artifact.';
