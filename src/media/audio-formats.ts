import { ADTS, FLAC, MATROSKA, MP3, MP4, OGG, QTFF, WAVE, WEBM } from 'mediabunny'

/** What Earshot takes in; a format that mediabunny could read besides (HLS, MPEG-TS) is no file of one track. */
export const audioFormats = [MP3, MP4, QTFF, FLAC, OGG, WEBM, MATROSKA, WAVE, ADTS]
