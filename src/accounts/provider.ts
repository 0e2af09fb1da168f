/** Who has accounts of ours, and how they are named in the environment. */
export const PROVIDERS = {
  cal: { label: 'Cal.com', baseUrl: 'https://api.cal.com', keyVariable: 'CALCOM_API_KEY', urlVariable: 'CALCOM_API_URL' },
  whereby: { label: 'Whereby', baseUrl: 'https://api.whereby.dev/v1', keyVariable: 'WHEREBY_API_KEY', urlVariable: 'WHEREBY_API_URL' },
} as const;

export type AccountProvider = keyof typeof PROVIDERS;

export const PROVIDER_NAMES: readonly AccountProvider[] = ['cal', 'whereby'];
