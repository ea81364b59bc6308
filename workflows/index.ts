export { scheduled } from './scheduled.ts';
export { sweep } from './sweep.ts';
export { training } from './training.ts';
