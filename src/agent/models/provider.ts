import type { LanguageModelV4 } from '@ai-sdk/provider';
import { AppError } from '../../errors.ts';

export interface ProviderSettings {
  readonly apiKey: string;
  /** Where an OpenAI-compatible service answers, with its version: "https://api.openai.com/v1". */
  readonly baseUrl: string;
  /** The service's own name of the model: "gpt-5-mini". */
  readonly name: string;
}

/** A model behind any OpenAI-compatible service. Loads the provider's package, so call it when a model is needed first. */
export async function openProviderModel({ apiKey, baseUrl, name }: ProviderSettings): Promise<LanguageModelV4> {
  if (!/^https?:\/\//.test(baseUrl)) {
    throw new AppError('not_configured', `OPENAI_BASE_URL is "${baseUrl}", which is no web address.`, {
      hint: 'Write it like https://api.openai.com/v1.',
    });
  }
  if (name.trim() === '') {
    throw new AppError('not_configured', 'KALENDS_MODEL is empty.', { hint: 'Set it to a model of the service at OPENAI_BASE_URL.' });
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ name: 'provider', apiKey, baseURL: baseUrl }).chatModel(name);
}
