-- Metrics belong to a computation, so a run that reuses it has them too.

create table shoal.metric (
  key         shoal.sha256     not null references shoal.computation,
  name        text             not null check (name <> ''),
  step        bigint           not null check (step >= 0),
  value       double precision not null,
  lease_epoch bigint           not null check (lease_epoch >= 1),
  observed_at timestamptz      not null default now(),
  primary key (key, name, step)
);
comment on table shoal.metric is 'Numbers observed while computing, one a name and step.';
comment on column shoal.metric.key is 'Computation that the number was observed in.';
comment on column shoal.metric.name is 'Name with its denominator, such as perplexity_per_token/legal.';
comment on column shoal.metric.step is 'Training step, or 0 for a number that has no step.';
comment on column shoal.metric.value is 'The number; NaN and the infinities are stored as they are.';
comment on column shoal.metric.lease_epoch is 'Attempt that wrote it.';
comment on column shoal.metric.observed_at is 'When it was written.';
