import { ApplicationFailure } from '@temporalio/workflow';
import {
  failureTypes,
  type ParameterValue,
  type Parameters,
  type Progress,
  type RunState,
  type StepInput,
} from './messages.ts';
import { checkParameters, type ParameterSpecs } from './parameters.ts';

/** An input that takes the value its parameter has when the step starts. */
export interface ParameterBinding {
  parameter: string;
}

/** What an input of a step is bound to: a literal, another step's output, or a pipeline parameter. */
export type Binding = StepInput | ParameterBinding;

/** Binds a step's input to a pipeline parameter. */
export const parameter = (name: string): ParameterBinding => ({ parameter: name });

/** The parameters of a run: each may change until a step that uses it starts. */
export interface OpenParameters {
  findProblems: (change: Parameters) => string[];
  /** @throws ApplicationFailure ParametersRefused, with every problem */
  assertChangeable: (change: Parameters) => void;
  change: (values: Parameters) => Parameters;
  /** The values of a step's inputs now; from here on its parameters cannot change. */
  bind: (
    step: string,
    bindings: Record<string, Binding>,
  ) => { inputs: Record<string, StepInput>; used: string[] };
  /** Lets the parameters change again that no other step than this one, which failed, has used. */
  release: (step: string) => void;
}

/** Opens the parameters of a run, whose values are its progress's. */
export function openParameters(specs: ParameterSpecs, progress: Progress): OpenParameters {
  const usedBy = new Map<string, string>();

  function findProblems(values: Parameters): string[] {
    if (closedStates.includes(progress.state))
      return [`The run is ${progress.state}: parameters cannot change.`];
    const used = Object.keys(values).filter((name) => usedBy.has(name));
    return [
      ...checkParameters(specs, values),
      ...used.map((name) => `${name} was used by ${usedBy.get(name)} already: it cannot change in this run.`),
    ];
  }

  function assertChangeable(values: Parameters): void {
    const problems = findProblems(values);
    if (problems.length > 0)
      throw ApplicationFailure.nonRetryable(problems.join(' '), failureTypes.parametersRefused);
  }

  function change(values: Parameters): Parameters {
    Object.assign(progress.parameters, values);
    return progress.parameters;
  }

  function bind(step: string, bindings: Record<string, Binding>): ReturnType<OpenParameters['bind']> {
    const inputs: Record<string, StepInput> = {};
    const used: string[] = [];
    for (const [name, binding] of Object.entries(bindings)) {
      if (!isParameter(binding)) {
        inputs[name] = binding;
        continue;
      }
      if (!usedBy.has(binding.parameter)) usedBy.set(binding.parameter, step);
      const input = toInput(binding.parameter);
      if (input === undefined) continue;
      inputs[name] = input;
      used.push(name);
    }
    return { inputs, used };
  }

  function release(step: string): void {
    for (const [name, user] of usedBy) if (user === step) usedBy.delete(name);
  }

  /** Undefined for a parameter without a value: whether its step can do without is the component's to say. */
  function toInput(name: string): StepInput | undefined {
    const spec = specs[name];
    if (spec === undefined)
      throw ApplicationFailure.nonRetryable(
        `The pipeline has no parameter ${name}; its parameters are ${Object.keys(specs).join(', ')}.`,
        failureTypes.stepFailed,
      );
    const value = progress.parameters[name];
    return spec.type === 'file' && value !== undefined ? dataReference(value) : value;
  }

  return { findProblems, assertChangeable, change, bind, release };
}

const closedStates: readonly RunState[] = ['cancelling', 'completed', 'failed', 'cancelled'];

const isParameter = (binding: Binding): binding is ParameterBinding =>
  typeof binding === 'object' && 'parameter' in binding;

/** A data file's place in the store, `data/<sha256>/<name>`, says its digest. */
const dataReference = (value: ParameterValue): StepInput => ({
  path: String(value),
  digest: String(value).split('/')[1] ?? '',
});
