/** Trainings a sweep may have: what it remembers of each has to fit, for all of them, into one message. */
export const mostTrainings = 10_000;

/** Trainings a sweep may have under way at once: each costs its history nine events, more when it is cancelled. */
export const mostParallel = 100;
