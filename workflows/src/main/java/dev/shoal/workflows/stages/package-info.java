/**
 * The stages as activity interfaces, each with the records it takes and gives. Read them in the
 * order of a run: {@link dev.shoal.workflows.stages.InspectionActivities}, {@link
 * dev.shoal.workflows.stages.DataActivities}, {@link
 * dev.shoal.workflows.stages.CalibrationActivities}, {@link
 * dev.shoal.workflows.stages.ExpertActivities}, {@link
 * dev.shoal.workflows.stages.TrainingActivities} with {@link
 * dev.shoal.workflows.stages.ForkActivities} before it in a run that goes on from another's, {@link
 * dev.shoal.workflows.stages.EvaluationActivities}, {@link
 * dev.shoal.workflows.stages.PublishingActivities}, {@link
 * dev.shoal.workflows.stages.RunActivities}. {@link
 * dev.shoal.workflows.stages.ComparisonActivities} has the beginning and the end of several runs.
 *
 * <p>Records carry references and settings, never tensors; they live on in event histories, so a
 * component may be added but not renamed.
 */
package dev.shoal.workflows.stages;
