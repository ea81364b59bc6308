import type { ParameterSpecs } from './parameters.ts';

/** The parameters of the training pipeline, with their defaults. */
export const trainingParameters = {
  data: {
    type: 'file',
    description: 'CSV file with a column `target`',
    default: 'data/diabetes.csv',
  },
  features: {
    type: 'string',
    description: 'columns to train on, separated by commas',
    default: 'bmi',
    flag: '--features <columns>',
    pattern: { source: '^[^,]+(,[^,]+)*$', words: 'must be column names separated by commas' },
  },
  test_size: {
    type: 'number',
    description: 'share of the rows kept for testing',
    default: 0.2,
    flag: '--test-size <share>',
    min: 0,
    max: 1,
    open: true,
  },
  random_state: {
    type: 'integer',
    description: 'seed of the split, as scikit-learn takes it',
    default: 0,
    flag: '--seed <number>',
    min: 0,
    max: 4_294_967_295,
  },
  model_name: {
    type: 'string',
    description: 'name to register the model under',
    default: 'diabetes',
    flag: '--model-name <name>',
    pattern: {
      source: '^[A-Za-z0-9][A-Za-z0-9_-]{0,249}$',
      words: 'must be 1 to 250 letters, digits, dashes and underscores, starting with a letter or a digit',
    },
  },
} as const satisfies ParameterSpecs;

/** The component file of each step of the training pipeline. */
export const trainingSteps = {
  prep_data: 'steps/prep_data.yml',
  train: 'steps/train.yml',
  register_model: 'steps/register_model.yml',
} as const;

/** The step of the training pipeline that may wait for approval. */
export const trainingApproval = 'register_model' satisfies keyof typeof trainingSteps;
