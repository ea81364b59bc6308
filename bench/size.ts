/** How long the measurements take. */
export interface Size {
  /** Calls of each contender one after another, without the warm-up. */
  rounds: number;
  /** Calls of each contender in a block of the throughput measurements, and how many blocks. */
  calls: number;
  blocks: number;
  /** How many callers at a time the throughput is measured with. */
  callers: number[];
  /** Calls of whole commands from a shell prompt. */
  commands: number;
  /** Trainings of a sweep. */
  trainings: number;
  /** Trainings of the large one. */
  thousand: number;
}

export const wholeSize: Size = {
  rounds: 50,
  calls: 128,
  blocks: 2,
  callers: [1, 16, 64],
  commands: 5,
  trainings: 100,
  thousand: 1000,
};

/** Under a minute; the figures scatter. */
export const quickSize: Size = {
  rounds: 5,
  calls: 16,
  blocks: 1,
  callers: [1, 16],
  commands: 1,
  trainings: 40,
  thousand: 50,
};
