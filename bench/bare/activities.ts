/** What the bare workflow does: nothing. */
export const bareActivities = {
  async doNothing(): Promise<void> {},
};

export type BareActivities = typeof bareActivities;
