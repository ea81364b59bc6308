/** Dynamic configuration of every server of this project; docker/dynamicconfig.yaml says the same to the compose file's. */
export const dynamicConfig = {
  // The default of 20 polls a second makes each hop of a run wait 50 ms: the development server has a single shard.
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1000,
  // The worker gets an activity's task back with the workflow task that scheduled it.
  'system.enableActivityEagerExecution': true,
} as const;

/** The search attributes runs carry, and their types. */
export const searchAttributes = {
  MlPipeline: 'Keyword',
  MlStep: 'Keyword',
  MlModel: 'Keyword',
  MlTarget: 'Keyword',
  MlR2: 'Double',
} as const;

/** What decides the flags of one server. */
export interface ServerSettings {
  port: number;
  /** Undefined: no Web UI. */
  uiPort: number | undefined;
  /** Undefined: everything is kept in memory. */
  databaseFile: string | undefined;
  /** Whether this CLI knows --ui-disable-news-fetch. */
  newsFlag: boolean;
}

/** The arguments `temporal` is started with. */
export function renderServerFlags({ port, uiPort, databaseFile, newsFlag }: ServerSettings): string[] {
  const flags = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)];
  flags.push(...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]));
  if (newsFlag) flags.push('--ui-disable-news-fetch');
  if (databaseFile !== undefined) {
    // A write-ahead log is four times as fast here and survives a killed process (not a power cut of the last moments).
    flags.push('--db-filename', databaseFile);
    flags.push('--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal');
  }
  for (const [key, value] of Object.entries(dynamicConfig)) {
    flags.push('--dynamic-config-value', `${key}=${value}`);
  }
  for (const [name, type] of Object.entries(searchAttributes))
    flags.push('--search-attribute', `${name}=${type}`);
  return flags;
}
