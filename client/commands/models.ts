import type { Command } from 'commander';
import type { Act } from '../program.ts';
export function addModels(_program: Command, _act: Act): void {}
