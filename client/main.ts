#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: with compiled code at hand Temporal's client loads in half the time.
enableCompileCache();
const { runClient } = await import('./program.ts');
process.exitCode = await runClient(process.argv.slice(2));
