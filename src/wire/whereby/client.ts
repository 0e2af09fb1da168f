import { type Client, type ClientOptions, createClient } from '../client.ts';
import * as insights from './insights.ts';
import * as meetings from './meetings.ts';
import type { Page } from './page.ts';
import { createFindings } from './reconcile.ts';
import * as recordings from './recordings.ts';
import * as summaries from './summaries.ts';
import * as themes from './themes.ts';
import * as transcriptions from './transcriptions.ts';

/** Not `api.whereby.com`. */
export const WHEREBY_API_URL = 'https://api.whereby.dev/v1';

export interface WherebyClientOptions extends Omit<ClientOptions, 'baseUrl' | 'keepsErrorBody'> {
  /** With `/v1`; the hosted service when absent. */
  readonly baseUrl?: string;
  /** The clock the other side stamps with: a frozen embedded service stamps with its own. */
  readonly now?: () => number;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Whereby's API, hosted or embedded: what is documented and nothing else. Failures are an `AppError`. */
export interface WherebyClient {
  /** A create whose answer was lost is looked up by its `roomNamePrefix`; without one it ends as `outcome_unknown`. */
  createMeeting(body: meetings.CreateMeeting, call?: Call): Promise<meetings.Meeting>;
  listMeetings(query?: meetings.MeetingsQuery, call?: Call): Promise<Page<meetings.Meeting>>;
  getMeeting(meetingId: string, query?: meetings.MeetingQuery, call?: Call): Promise<meetings.Meeting>;
  /** Succeeds also when there is no such room. */
  deleteMeeting(meetingId: string, call?: Call): Promise<void>;

  listRecordings(query?: recordings.RecordingsQuery, call?: Call): Promise<Page<recordings.Recording>>;
  getRecording(recordingId: string, call?: Call): Promise<recordings.Recording>;
  getRecordingAccessLink(recordingId: string, query?: recordings.AccessLinkQuery, call?: Call): Promise<recordings.AccessLink>;
  deleteRecording(recordingId: string, call?: Call): Promise<void>;
  deleteRecordings(recordingIds: readonly string[], call?: Call): Promise<void>;

  /** Returns the id of the transcription that is being made. */
  createTranscription(recordingId: string, call?: Call): Promise<string>;
  listTranscriptions(query?: transcriptions.TranscriptionsQuery, call?: Call): Promise<Page<transcriptions.Transcription>>;
  getTranscription(transcriptionId: string, call?: Call): Promise<transcriptions.Transcription>;
  getTranscriptionAccessLink(transcriptionId: string, query?: recordings.AccessLinkQuery, call?: Call): Promise<recordings.AccessLink>;
  deleteTranscription(transcriptionId: string, call?: Call): Promise<void>;
  deleteTranscriptions(transcriptionIds: readonly string[], call?: Call): Promise<void>;

  /** Returns the id of the summary. */
  createSummary(body: summaries.CreateSummary, call?: Call): Promise<string>;
  listSummaries(query?: summaries.SummariesQuery, call?: Call): Promise<Page<summaries.Summary>>;
  getSummary(summaryId: string, call?: Call): Promise<summaries.Summary>;
  deleteSummary(summaryId: string, call?: Call): Promise<void>;

  setThemeTokens(roomName: string, tokens: themes.ThemeTokens, call?: Call): Promise<void>;
  setThemeLogo(roomName: string, logo: Blob | themes.LogoPreset, call?: Call): Promise<void>;
  setRoomBackground(roomName: string, background: Blob | themes.BackgroundPreset, call?: Call): Promise<void>;
  setKnockPageBackground(roomName: string, background: Blob | themes.BackgroundPreset, call?: Call): Promise<void>;

  listRoomInsights(query?: insights.RoomInsightsQuery, call?: Call): Promise<Page<insights.RoomInsight>>;
  listSessionInsights(query: insights.SessionInsightsQuery, call?: Call): Promise<Page<insights.SessionInsight>>;
  listParticipants(query: insights.ParticipantsQuery, call?: Call): Promise<Page<insights.Participant>>;
  getParticipant(query: insights.ParticipantQuery, call?: Call): Promise<readonly insights.ParticipantDetails[]>;
}

export function createWherebyClient({ baseUrl = WHEREBY_API_URL, now = Date.now, ...options }: WherebyClientOptions): WherebyClient {
  const client = createClient({ ...options, baseUrl, keepsErrorBody: true });
  return { ...meetingsOf(client, now), ...recordingsOf(client), ...textsOf(client, now), ...themesOf(client), ...insightsOf(client) };
}

function meetingsOf(client: Client, now: () => number) {
  const findings = createFindings(client);
  return {
    async createMeeting(body, call) {
      const askedAt = now();
      const made = await client.call(
        meetings.createMeeting,
        { body },
        { ...call, reconcile: (signal) => findings.findMeeting(body, { askedAt, signal }) },
      );
      findings.know(made);
      return made;
    },
    listMeetings: (query, call) => client.call(meetings.listMeetings, { query }, call),
    getMeeting: (meetingId, query, call) => client.call(meetings.getMeeting, { params: { meetingId }, query }, call),
    deleteMeeting: (meetingId, call) => client.call(meetings.deleteMeeting, { params: { meetingId } }, call),
  } satisfies Partial<WherebyClient>;
}

function recordingsOf(client: Client) {
  return {
    listRecordings: (query, call) => client.call(recordings.listRecordings, { query }, call),
    getRecording: (recordingId, call) => client.call(recordings.getRecording, { params: { recordingId } }, call),
    getRecordingAccessLink: (recordingId, query, call) =>
      client.call(recordings.getRecordingAccessLink, { params: { recordingId }, query }, call),
    deleteRecording: (recordingId, call) => client.call(recordings.deleteRecording, { params: { recordingId } }, call),
    deleteRecordings: (recordingIds, call) => client.call(recordings.deleteRecordings, { body: { recordingIds: [...recordingIds] } }, call),
  } satisfies Partial<WherebyClient>;
}

function textsOf(client: Client, now: () => number) {
  const findings = createFindings(client);
  return {
    async createTranscription(recordingId, call) {
      const askedAt = now();
      const { transcriptionId } = await client.call(
        transcriptions.createTranscription,
        { body: { recordingId } },
        { ...call, reconcile: (signal) => findings.findTranscription(recordingId, { askedAt, signal }) },
      );
      return transcriptionId;
    },
    listTranscriptions: (query, call) => client.call(transcriptions.listTranscriptions, { query }, call),
    getTranscription: (transcriptionId, call) => client.call(transcriptions.getTranscription, { params: { transcriptionId } }, call),
    getTranscriptionAccessLink: (transcriptionId, query, call) =>
      client.call(transcriptions.getTranscriptionAccessLink, { params: { transcriptionId }, query }, call),
    deleteTranscription: (transcriptionId, call) => client.call(transcriptions.deleteTranscription, { params: { transcriptionId } }, call),
    deleteTranscriptions: (transcriptionIds, call) =>
      client.call(transcriptions.deleteTranscriptions, { body: { transcriptionIds: [...transcriptionIds] } }, call),

    async createSummary(body, call) {
      const { transcriptionId } = body;
      const answer = await client.call(
        summaries.createSummary,
        { body },
        { ...call, reconcile: (signal) => findings.findSummary(transcriptionId, signal) },
      );
      return answer.summaryId;
    },
    listSummaries: (query, call) => client.call(summaries.listSummaries, { query }, call),
    getSummary: (summaryId, call) => client.call(summaries.getSummary, { params: { summaryId } }, call),
    deleteSummary: (summaryId, call) => client.call(summaries.deleteSummary, { params: { summaryId } }, call),
  } satisfies Partial<WherebyClient>;
}

function themesOf(client: Client) {
  const picture = <Preset>(given: Blob | Preset) => (given instanceof Blob ? themes.toImageForm(given) : given);
  return {
    setThemeTokens: (roomName, body, call) => client.call(themes.setThemeTokens, { params: { roomName }, body }, call),
    setThemeLogo: (roomName, logo, call) => client.call(themes.setThemeLogo, { params: { roomName }, body: picture(logo) }, call),
    setRoomBackground: (roomName, background, call) =>
      client.call(themes.setRoomBackground, { params: { roomName }, body: picture(background) }, call),
    setKnockPageBackground: (roomName, background, call) =>
      client.call(themes.setKnockPageBackground, { params: { roomName }, body: picture(background) }, call),
  } satisfies Partial<WherebyClient>;
}

function insightsOf(client: Client) {
  return {
    listRoomInsights: (query, call) => client.call(insights.listRoomInsights, { query }, call),
    listSessionInsights: (query, call) => client.call(insights.listSessionInsights, { query }, call),
    listParticipants: (query, call) => client.call(insights.listParticipants, { query }, call),
    getParticipant: (query, call) => client.call(insights.getParticipant, { query }, call),
  } satisfies Partial<WherebyClient>;
}
