-- The views are the public interface for SQL users; tables may change, these only grow.
-- A view whose columns changed cannot be replaced in place, hence drop and create.

drop view if exists shoal.lineage, shoal.lineage_edge, shoal.run_summary, shoal.stage_history,
  shoal.metric_series, shoal.model_scores;

create view shoal.run_summary as
select
  run.run_id,
  run.name,
  run.experiment,
  run.tags,
  run.status,
  run.workflow_id,
  run.forked_from,
  run.started_at,
  run.ended_at,
  extract(epoch from coalesce(run.ended_at, now()) - run.started_at)::double precision as seconds,
  coalesce(stages.computed, 0) as stages_computed,
  coalesce(stages.reused, 0) as stages_reused,
  coalesce(stages.running, 0) as stages_running,
  coalesce(stages.failed, 0) as stages_failed,
  coalesce(stages.seconds_computed, 0) as seconds_computed,
  coalesce(stages.seconds_saved, 0) as seconds_saved,
  run.failure ->> 'message' as failure
from shoal.run
left join (
  select
    stage.run_id,
    count(*) filter (where stage.status = 'COMPUTED') as computed,
    count(*) filter (where stage.status = 'REUSED') as reused,
    count(*) filter (where stage.status = 'RUNNING') as running,
    count(*) filter (where stage.status = 'FAILED') as failed,
    sum(computation.seconds) filter (where stage.status = 'COMPUTED') as seconds_computed,
    sum(computation.seconds) filter (where stage.status = 'REUSED') as seconds_saved
  from shoal.stage
  left join shoal.computation on computation.key = stage.computation_key
  group by stage.run_id
) stages using (run_id);
comment on view shoal.run_summary is 'One row a run: status, time, and how much was computed and reused.';
comment on column shoal.run_summary.run_id is 'Run.';
comment on column shoal.run_summary.name is 'Name given in the request.';
comment on column shoal.run_summary.experiment is 'Experiment, if any.';
comment on column shoal.run_summary.tags is 'Words given in the request.';
comment on column shoal.run_summary.status is 'RUNNING, NEEDS_ATTENTION, SUCCEEDED, FAILED, CANCELED or TERMINATED.';
comment on column shoal.run_summary.workflow_id is 'Temporal workflow id.';
comment on column shoal.run_summary.forked_from is 'Run this one was forked from, if any.';
comment on column shoal.run_summary.started_at is 'When it began.';
comment on column shoal.run_summary.ended_at is 'When it ended.';
comment on column shoal.run_summary.seconds is 'Time from begin to end, or until now.';
comment on column shoal.run_summary.stages_computed is 'Stages computed by this run.';
comment on column shoal.run_summary.stages_reused is 'Stages whose result was there already.';
comment on column shoal.run_summary.stages_running is 'Stages that have begun and not ended.';
comment on column shoal.run_summary.stages_failed is 'Stages that failed.';
comment on column shoal.run_summary.seconds_computed is 'Seconds of work behind the stages computed.';
comment on column shoal.run_summary.seconds_saved is 'Seconds of work behind the stages reused.';
comment on column shoal.run_summary.failure is 'Message of the failure, or of what needs attention.';

create view shoal.lineage_edge as
select
  made.sha256 as child,
  child.kind as child_kind,
  used.sha256 as parent,
  parent.kind as parent_kind,
  used.role,
  stage.stage_id,
  stage.name as stage,
  stage.shard,
  stage.status,
  stage.run_id,
  run.name as run,
  coalesce(origin.run_id, stage.run_id) as origin_run_id,
  coalesce(computation.key, stage.stage_id::text) as work,
  computation.key as computation_key,
  computation.code_version,
  computation.key_document as settings
from shoal.stage_artifact made
join shoal.stage_artifact used
  on used.stage_id = made.stage_id and used.direction = 'IN' and used.sha256 <> made.sha256
join shoal.artifact child on child.sha256 = made.sha256
join shoal.artifact parent on parent.sha256 = used.sha256
join shoal.stage on stage.stage_id = made.stage_id
join shoal.run on run.run_id = stage.run_id
left join shoal.stage origin on origin.stage_id = stage.reused_from
left join shoal.computation on computation.key = stage.computation_key
where made.direction = 'OUT';
comment on view shoal.lineage_edge is 'One row for each artifact made, each artifact it was made from, and each stage that did so or reused it.';
comment on column shoal.lineage_edge.child is 'What was made.';
comment on column shoal.lineage_edge.child_kind is 'Kind of what was made.';
comment on column shoal.lineage_edge.parent is 'What it was made from.';
comment on column shoal.lineage_edge.parent_kind is 'Kind of what it was made from.';
comment on column shoal.lineage_edge.role is 'What the parent was to the stage.';
comment on column shoal.lineage_edge.stage_id is 'Stage.';
comment on column shoal.lineage_edge.stage is 'Name of the stage.';
comment on column shoal.lineage_edge.shard is 'Shard of the stage.';
comment on column shoal.lineage_edge.status is 'COMPUTED by this stage, or REUSED.';
comment on column shoal.lineage_edge.run_id is 'Run of the stage.';
comment on column shoal.lineage_edge.run is 'Name of the run.';
comment on column shoal.lineage_edge.origin_run_id is 'Run that computed it; another one where the stage reused it.';
comment on column shoal.lineage_edge.work is 'What did it: the computation, or the stage where there is none.';
comment on column shoal.lineage_edge.computation_key is 'Computation, if any.';
comment on column shoal.lineage_edge.code_version is 'Version of the stage''s code.';
comment on column shoal.lineage_edge.settings is 'What the computation''s key was made from.';

create view shoal.lineage as
with recursive reached (artifact, child) as (
  select distinct sha256, sha256 from shoal.stage_artifact where direction = 'OUT'
  union
  select reached.artifact, used.sha256
  from reached
  join shoal.stage_artifact made on made.sha256 = reached.child and made.direction = 'OUT'
  join shoal.stage_artifact used on used.stage_id = made.stage_id and used.direction = 'IN'
)
select distinct on (reached.artifact, edge.work, edge.child, edge.role, edge.parent)
  reached.artifact, edge.*
from reached
join shoal.lineage_edge edge on edge.child = reached.child
order by reached.artifact, edge.work, edge.child, edge.role, edge.parent, edge.status;
comment on view shoal.lineage is 'The whole pedigree of every artifact: filter by the column artifact.';
comment on column shoal.lineage.artifact is 'Artifact whose pedigree this row belongs to.';
comment on column shoal.lineage.child is 'What was made.';
comment on column shoal.lineage.child_kind is 'Kind of what was made.';
comment on column shoal.lineage.parent is 'What it was made from.';
comment on column shoal.lineage.parent_kind is 'Kind of what it was made from.';
comment on column shoal.lineage.role is 'What the parent was to the stage.';
comment on column shoal.lineage.stage_id is 'Stage that computed it.';
comment on column shoal.lineage.stage is 'Name of the stage.';
comment on column shoal.lineage.shard is 'Shard of the stage.';
comment on column shoal.lineage.status is 'COMPUTED, or REUSED where the stage that computed it has moved on to other work.';
comment on column shoal.lineage.run_id is 'Run that computed it.';
comment on column shoal.lineage.run is 'Name of the run.';
comment on column shoal.lineage.origin_run_id is 'Run that computed it.';
comment on column shoal.lineage.work is 'What did it: the computation, or the stage where there is none.';
comment on column shoal.lineage.computation_key is 'Computation, if any.';
comment on column shoal.lineage.code_version is 'Version of the stage''s code.';
comment on column shoal.lineage.settings is 'What the computation''s key was made from.';

create view shoal.stage_history as
select
  stage.run_id,
  run.name as run,
  stage.stage_id,
  stage.name as stage,
  stage.shard,
  stage.status,
  stage.computation_key,
  origin.run_id as reused_from_run,
  attempt.epoch,
  attempt.outcome,
  attempt.resumed_from_step,
  attempt.worker,
  attempt.task_queue,
  attempt.temporal_attempt,
  attempt.environment_sha256,
  coalesce(attempt.started_at, stage.started_at) as started_at,
  coalesce(attempt.ended_at, stage.ended_at) as ended_at,
  coalesce(attempt.failure, stage.reason) ->> 'message' as reason
from shoal.stage
join shoal.run on run.run_id = stage.run_id
left join shoal.stage origin on origin.stage_id = stage.reused_from
left join shoal.attempt on attempt.stage_id = stage.stage_id;
comment on view shoal.stage_history is 'One row an attempt of a stage, and one for a stage that needed none.';
comment on column shoal.stage_history.run_id is 'Run.';
comment on column shoal.stage_history.run is 'Name of the run.';
comment on column shoal.stage_history.stage_id is 'Stage.';
comment on column shoal.stage_history.stage is 'Name of the stage.';
comment on column shoal.stage_history.shard is 'Shard of the stage.';
comment on column shoal.stage_history.status is 'Status of the stage: RUNNING, COMPUTED, REUSED, SKIPPED or FAILED.';
comment on column shoal.stage_history.computation_key is 'Computation that answers the stage, if any.';
comment on column shoal.stage_history.reused_from_run is 'Run whose result was reused, if any.';
comment on column shoal.stage_history.epoch is 'Number of the attempt; absent where none was needed.';
comment on column shoal.stage_history.outcome is 'RUNNING, SUCCEEDED, FAILED, RELEASED, LOST or INVALIDATED.';
comment on column shoal.stage_history.resumed_from_step is 'Step of the checkpoint that the attempt went on from.';
comment on column shoal.stage_history.worker is 'Worker of the attempt.';
comment on column shoal.stage_history.task_queue is 'Task queue of the attempt.';
comment on column shoal.stage_history.temporal_attempt is 'Temporal''s count of tries.';
comment on column shoal.stage_history.environment_sha256 is 'Environment of the attempt.';
comment on column shoal.stage_history.started_at is 'Begin of the attempt, or of the stage.';
comment on column shoal.stage_history.ended_at is 'End of the attempt, or of the stage.';
comment on column shoal.stage_history.reason is 'Message of the failure, or why the stage was skipped.';

create view shoal.metric_series as
select
  stage.run_id,
  run.name as run,
  stage.name as stage,
  stage.shard,
  metric.name as metric,
  metric.step,
  metric.value,
  metric.observed_at
from shoal.metric
join shoal.stage on stage.computation_key = metric.key
join shoal.run on run.run_id = stage.run_id;
comment on view shoal.metric_series is 'Every number of every run, those of reused stages included.';
comment on column shoal.metric_series.run_id is 'Run.';
comment on column shoal.metric_series.run is 'Name of the run.';
comment on column shoal.metric_series.stage is 'Name of the stage.';
comment on column shoal.metric_series.shard is 'Shard of the stage.';
comment on column shoal.metric_series.metric is 'Name with its denominator.';
comment on column shoal.metric_series.step is 'Training step, or 0.';
comment on column shoal.metric_series.value is 'The number; it may be NaN or infinite.';
comment on column shoal.metric_series.observed_at is 'When it was written.';

create view shoal.model_scores as
select
  stage.run_id,
  run.name as run,
  stage.shard,
  model.sha256 as model,
  artifact.kind as model_kind,
  metric.name as metric,
  metric.value,
  metric.observed_at
from shoal.stage
join shoal.run on run.run_id = stage.run_id
join shoal.stage_artifact model
  on model.stage_id = stage.stage_id and model.direction = 'IN' and model.role = 'model'
join shoal.artifact on artifact.sha256 = model.sha256
join shoal.metric on metric.key = stage.computation_key
where stage.name = 'evaluate' and stage.status in ('COMPUTED', 'REUSED');
comment on view shoal.model_scores is 'What evaluation said about each model: the numbers of evaluate stages, by their input in the role model.';
comment on column shoal.model_scores.run_id is 'Run that asked.';
comment on column shoal.model_scores.run is 'Name of the run.';
comment on column shoal.model_scores.shard is 'Shard of the evaluate stage: the model''s place in the run and the suite.';
comment on column shoal.model_scores.model is 'Digest of the model.';
comment on column shoal.model_scores.model_kind is 'Kind of the model: model for the dense one, moe, export.';
comment on column shoal.model_scores.metric is 'Name of the score with its denominator.';
comment on column shoal.model_scores.value is 'The score.';
comment on column shoal.model_scores.observed_at is 'When it was measured.';

do $$
begin
  if exists (select from pg_roles where rolname = 'shoal_reader') then
    grant select on shoal.run_summary, shoal.lineage, shoal.lineage_edge, shoal.stage_history,
      shoal.metric_series, shoal.model_scores to shoal_reader;
  end if;
end
$$;
