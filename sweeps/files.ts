/** What a sweep leaves in its folder, beside its record. */
export const sweepFiles = { table: 'results.csv', svg: 'figure.svg', png: 'figure.png' } as const;
