export { scheduled } from './scheduled.ts';
export { training } from './training.ts';
