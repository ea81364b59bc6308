import { deepEqual, equal, rejects } from 'node:assert/strict';
import { readdir } from 'node:fs/promises';

import { parseComponent, readComponent } from '../../components/component.ts';
import { PipelineError } from '../../errors/error.ts';

const head = 'name: t\ncommand: echo\nenvironment: azureml:e:1\n';

const faults = (text: string): string[] => {
  try {
    parseComponent(text, 'f.yml');
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    equal(error.code, 'COMPONENT_INVALID');
    return error.message.split('\n  ').slice(1);
  }
  return [];
};
const warnings = (text: string): string[] => parseComponent(text, 'f.yml').warnings;
const faultsOfInput = (spec: string): string[] => faults(`${head}inputs:\n  x: ${spec}\n`);

describe('a component', () => {
  it('is read whole, in its own words', () => {
    const text = `
$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
name: train
version: 1.10
display_name: Train
description: Fits
type: command
is_deterministic: false
tags: {owner: me}
inputs:
  data: {type: uri_folder, mode: download, description: rows}
  weights: {type: uri_file, optional: true}
  rate: {type: number, default: 1e-3, min: 0, max: 1.0e+1}
  epochs: {type: integer, default: 10.0}
  loud: {type: boolean, default: no}
  kind: {type: string, default: fast, enum: [fast, slow]}
outputs:
  model: {type: mlflow_model, mode: upload}
  rest:
code: ../src
environment:
  image: python:3.12
resources: {instance_count: 1}
command: >-
  python train.py --data @{{inputs.data}} --rate @{{ inputs.rate }}
  @[[--weights @{{inputs.weights.path}}]] --model @{{outputs.model}}
`.replaceAll('@', '$');
    deepEqual(parseComponent(text, 'f.yml'), {
      component: {
        name: 'train',
        version: '1.1',
        displayName: 'Train',
        description: 'Fits',
        tags: { owner: 'me' },
        isDeterministic: false,
        inputs: {
          data: { type: 'uri_folder', optional: false, description: 'rows', mode: 'download' },
          weights: { type: 'uri_file', optional: true },
          rate: { type: 'number', optional: false, min: 0, max: 10, default: 0.001 },
          epochs: { type: 'integer', optional: false, default: 10 },
          loud: { type: 'boolean', optional: false, default: false },
          kind: { type: 'string', optional: false, enum: ['fast', 'slow'], default: 'fast' },
        },
        outputs: { model: { type: 'mlflow_model', mode: 'upload' }, rest: { type: 'uri_folder' } },
        command:
          'python train.py --data ${{inputs.data}} --rate ${{ inputs.rate }} ' +
          '$[[--weights ${{inputs.weights.path}}]] --model ${{outputs.model}}',
        code: '../src',
        environment: { image: 'python:3.12' },
      },
      warnings: [],
    });
  });

  it('is deterministic, without inputs and outputs, when it does not say', () => {
    deepEqual(parseComponent(head, 'f.yml').component, {
      name: 't',
      isDeterministic: true,
      inputs: {},
      outputs: {},
      command: 'echo',
      environment: 'azureml:e:1',
    });
  });

  it('may have its time limit and environment variables, with a warning that Azure wants them on the job', () => {
    const { component, warnings: found } = parseComponent(
      `${head}limits: {timeout: 60}\nenvironment_variables: {A: 010, B: yes, C: x}\n`,
      'f.yml',
    );
    deepEqual(component.limits, { timeout: 60 });
    deepEqual(component.environmentVariables, { A: '8', B: 'True', C: 'x' });
    const why = 'holds here only: on Azure it belongs to the job, not to the component';
    deepEqual(found, [`f.yml:4:1 limits ${why}`, `f.yml:5:1 environment_variables ${why}`]);
  });

  it('is told all its faults at once, each with its place', () => {
    const text = [
      'name: Train It',
      'command: >-',
      '  run ${{inputs.rate}} ${{inputs.nope}}',
      '  ${{inputs.maybe}} ${{outputs.data}} $[[ ${{name}}',
      'inputs:',
      '  rate: {type: number, max: 1, default: 2}',
      '  rows: {type: uri_flie}',
      '  maybe: {type: string, optional: true}',
      '  data: {type: uri_file, default: here}',
      '  when: {type: string, default: 2024-01-01}',
      '  flag: {type: boolean, default: maybe}',
      '  word: {type: string, min: 1}',
      '  RATE: {type: number}',
      'tags: {size: 5}',
      'limits: {timeout: 1.5}',
      '',
    ].join('\n');
    deepEqual(faults(text), [
      'f.yml:1:7 name: "Train It" may hold at most 255 lower-case letters, digits and _, and begins with a letter',
      'f.yml:3:24 command: ${{inputs.nope}} is not declared; the inputs are rate, rows, maybe, data, when, flag, word, RATE',
      'f.yml:4:3 command: optional input maybe must be placed in nested argument: $[[ ]]',
      'f.yml:4:21 command: ${{outputs.data}} is not declared; the outputs are none',
      'f.yml:4:39 command: $[[ is not closed by ]]',
      'f.yml:4:43 command: ${{name}} is neither ${{inputs.…}} nor ${{outputs.…}}',
      'f.yml:6:41 inputs.rate: default 2 is not a number of at most 1',
      'f.yml:7:16 inputs.rows.type: "uri_flie" is not one of uri_file, uri_folder, mltable, mlflow_model, custom_model, triton_model, number, integer, boolean, string',
      'f.yml:9:35 inputs.data: a uri_file cannot have a default',
      'f.yml:10:33 inputs.when: the date 2024-01-01 cannot be a default; put it in quotes',
      'f.yml:11:34 inputs.flag: default "maybe" is not true or false',
      'f.yml:12:29 inputs.word: min is for a number or an integer, not for a string',
      'f.yml:13:3 inputs.RATE: on Azure rate is the same name',
      'f.yml:14:14 tags.size: 5 is not text; put it in quotes',
      'f.yml:15:19 limits.timeout: 1.5 is not a whole number of seconds above 0',
    ]);
  });

  it('does not take a default that its type would change', () => {
    deepEqual(faultsOfInput('{type: integer, default: 1.5}'), [
      'f.yml:5:31 inputs.x: default 1.5 is not an integer',
    ]);
    deepEqual(faultsOfInput('{type: integer, default: true}'), [
      'f.yml:5:31 inputs.x: default true is not an integer',
    ]);
    deepEqual(faultsOfInput('{type: number, default: .inf}'), [
      'f.yml:5:30 inputs.x: default Infinity is not a number',
    ]);
    deepEqual(faultsOfInput('{type: integer, default: 9007199254740993}'), [
      'f.yml:5:31 inputs.x: default 9007199254740992 is too large: integers here keep at most 9007199254740991',
    ]);
    deepEqual(faultsOfInput('{type: integer, min: 3, max: 1}'), [
      'f.yml:5:27 inputs.x: min 3 is above max 1',
    ]);
    deepEqual(faultsOfInput('{type: string, enum: [a, 1]}'), [
      'f.yml:5:31 inputs.x.enum.1: 1 is not text; put it in quotes',
    ]);
    deepEqual(faultsOfInput('{}'), [
      'f.yml:5:6 inputs.x.type: is missing; it has to be one of uri_file, uri_folder, mltable, mlflow_model, custom_model, triton_model, number, integer, boolean, string',
    ]);
  });

  it('is refused when it is of another type, and the type is named', () => {
    deepEqual(faults('name: p\ntype: pipeline\njobs: {}\n'), [
      'f.yml:2:7 type pipeline is not supported; only command components are',
    ]);
  });

  it('is refused when it is no mapping, or empty', () => {
    deepEqual(faults('just words\n'), ['f.yml:1:1 "just words" is not a command component']);
    deepEqual(faults('# nothing\n'), ['f.yml:1:1 null is not a command component']);
    deepEqual(faults('{}'), [
      'f.yml:1:1 name: is missing; it has to be text',
      'f.yml:1:1 command: is missing; it has to be text',
    ]);
  });

  it('is warned of keys that Azure does not know, and read all the same', () => {
    const text = `${head}default_datestore: x\ninputs:\n  x: {type: integer, mode: download, optinal: true}\n  y: {type: number, enum: ["1"]}\noutputs:\n  o: {type: uri_file, path: a}\n`;
    deepEqual(warnings(text), [
      'f.yml:4:1 default_datestore is not a key Azure ML knows here; it is ignored',
      'f.yml:6:22 inputs.x.mode is not a key Azure ML knows here; it is ignored',
      'f.yml:6:38 inputs.x.optinal is not a key Azure ML knows here; it is ignored',
      'f.yml:7:21 inputs.y: enum has no effect on a number, on Azure neither',
      'f.yml:9:23 outputs.o.path is not a key Azure ML knows here; it is ignored',
    ]);
  });

  it('is warned where Azure would do something else than it seems to say', () => {
    const { component, warnings: found } = parseComponent(
      'name: t\ncommand: echo ${{inputs.z}}\ninputs:\n  x: {type: string, default: 012}\n  y: {type: string, default: yes}\n  z: {type: integer, optional: true, default: 1}\n',
      'f.yml',
    );
    deepEqual([component.inputs['x']?.default, component.inputs['y']?.default], ['10.0', 'True']);
    deepEqual(found, [
      'f.yml:1:1 environment is missing; Azure ML needs one',
      'f.yml:2:15 command: optional input z must be placed in nested argument: $[[ ]]; Azure ML may refuse it as it stands',
      'f.yml:4:30 inputs.x: the default arrives as "10.0", as on Azure; put it in quotes',
      'f.yml:5:30 inputs.y: the default arrives as "True", as on Azure; put it in quotes',
    ]);
  });

  it('may have inputs with the names of things every object has', () => {
    const { component } = parseComponent(
      'name: t\ncommand: echo ${{inputs.constructor}}\nenvironment: e\ninputs:\n  constructor: {type: string}\n',
      'f.yml',
    );
    deepEqual(Object.keys(component.inputs), ['constructor']);
    deepEqual(faults('name: t\ncommand: echo ${{inputs.toString}}\n'), [
      'f.yml:2:15 command: ${{inputs.toString}} is not declared; the inputs are none',
    ]);
  });

  it('is named when its file is not there', async () => {
    await rejects(readComponent('steps/nope.yml'), {
      code: 'COMPONENT_NOT_FOUND',
      message: 'Cannot read the component steps/nope.yml: there is no such file.',
    });
  });

  it("is each of the project's own steps, without a warning", async () => {
    const files = (await readdir('steps')).filter((file) => file.endsWith('.yml'));
    deepEqual(files.toSorted(), ['prep_data.yml', 'register_model.yml', 'train.yml']);
    for (const file of files) deepEqual((await readComponent(`steps/${file}`)).warnings, []);
  });
});
