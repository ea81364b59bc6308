/** What the body of a pipeline may use: `temporal-azureml/workflows`. Safe in workflow code, and only there. */
export { conductRun, parameter, type Run } from './run.ts';
export type { Binding } from './open-parameters.ts';
export type { ParameterValue, Progress, Reference, RunInput } from './messages.ts';
export type { ParameterSpec, ParameterSpecs } from './parameters.ts';
