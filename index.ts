/**
 * kafka-crucible as a library: plans, runs, judgements and reports, for those who want more than the
 * command line. What is not exported here may change from one version to the next.
 */

// What Kafka promises, and how a history is judged.
export * from './model/history/history.ts';
export {
  ANOMALIES,
  type Anomaly,
  type AnomalyOf,
  type Guarantee,
  GUARANTEE_IDS,
  type GuaranteeId,
  type Violation,
} from './model/guarantee.ts';
export {
  type CataloguedProperty,
  type PropertyName,
  propertyCatalogue,
} from './model/configuration/catalogue.ts';
export {
  type Configuration,
  ConfigurationError,
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from './model/configuration/configuration.ts';
export { type ConfigurationValue } from './model/configuration/property.ts';
export { type ClauseId } from './model/contract/clauses.ts';
export { type Clause, type Contract, contractOf } from './model/contract/contract.ts';
export { type ContractRow, contractTable } from './model/contract/contract-table.ts';
export { judge, ReferenceModel, type ReferenceModelOptions } from './model/reference-model.ts';
export type { TopicDescription } from './model/contract/in-force.ts';
export { HistoryReader, historyHeader, writeHistoryLine } from './model/history/history-file.ts';
export { HistoryFormatError } from './model/history/history-line.ts';
export { HISTORY_FORMAT, HISTORY_VERSION, type HistoryHeader } from './model/history/history-schema.ts';

// What is put to the test.
export {
  type Client,
  type Fault,
  type LatencyModel,
  type Operation,
  type Plan,
  PLAN_FORMAT,
  PLAN_VERSION,
  planSchema,
  type Schedule,
  type Topic,
  type Trigger,
} from './impl/plan/plan.ts';
export { PlanFormatError, readPlan, writePlan } from './impl/plan/plan-file.ts';
export type { Problem } from './impl/plan/schema-problems.ts';
export type { RunOptions, RunResult, SimulatedRunResult, Verdict } from './impl/result/run-result.ts';
export type { Target } from './impl/result/target.ts';
export { simulate, simulatedTarget } from './impl/simulated/run/simulate.ts';
export { examineOnTarget, type ExamineOptions } from './properties/cases/examine-on-target.ts';
export { type Defect, defects, findDefect } from './impl/simulated/defects/index.ts';
export { PROBE_NAMES, type ProbeName, PROBES } from './impl/simulated/catalogue/probes.ts';
export type { Trace, TracedRecord, TraceEntry } from './impl/trace/trace.ts';

// What people read.
export { type FailureReport } from './reports/analysis/failure-report.ts';
export { planSize, type PlanSize } from './impl/plan/plan-size.ts';
export type { CausalityPoint, Irrelevant, PassingNeighbour } from './impl/result/explanation.ts';
export { primaryViolation } from './impl/result/primary-violation.ts';
export type { CampaignSummary, CampaignViolation } from './reports/campaign/campaign-summary.ts';
export { htmlReport } from './reports/html/html.ts';
export { terminalReport, type TerminalOptions } from './reports/terminal/terminal.ts';
export { type CampaignJson, campaignJson } from './reports/campaign/json.ts';
export { type Exhibit, galleryPage } from './reports/html/gallery-page.ts';
export { nightPage } from './reports/campaign/night-page.ts';
export { nightOf, type NightSummary, nightSummarySchema } from './reports/campaign/night-summary.ts';
export { junitXml } from './reports/campaign/junit.ts';
export { type CtrfReport, ctrfReport } from './reports/campaign/ctrf.ts';
export { githubAnnotations } from './reports/campaign/github-annotations.ts';

// Where plans come from, and how they are shrunk.
export { generatePlan } from './properties/arbitraries/generate.ts';
export { planArbitrary } from './properties/arbitraries/plan.ts';
export type { FaultKind, PlanOptions } from './properties/arbitraries/options.ts';
export {
  type Campaign,
  type Exploration,
  explore,
  type Observer,
  type Progress,
} from './properties/search/explorer.ts';
export type { FailureKind, RunFailure } from './properties/search/failure.ts';
export { assertPlans, type AssertOptions } from './properties/cases/assert-plans.ts';
export { minimise, type Minimised, type MinimiseOptions } from './properties/minimiser/minimise.ts';

// Stories with a known outcome.
export { findScenario, perform, type Scenario, scenarios } from './scenarios/index.ts';
