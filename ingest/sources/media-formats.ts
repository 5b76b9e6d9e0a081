/**
 * Container formats that may be read from a file or a transport stream (`-format_whitelist`, names as in `ffmpeg -demuxers`). Playlists and
 * scripts that name further files (hls, concat, dash, imf, sdp) are left out on purpose: a file from outside must not read another file.
 */
export const containerFormats: readonly string[] = [
  ...['mov', 'mp4', 'm4a', '3gp', '3g2', 'mj2', 'matroska', 'webm'],
  ...['mpegts', 'mpegtsraw', 'mpeg', 'mpegvideo', 'avi', 'flv', 'live_flv', 'asf', 'mxf', 'nut', 'ogg', 'gxf', 'dv', 'rm', 'wtv', 'ivf', 'obu'],
  ...['h264', 'hevc', 'm4v', 'av1', 'yuv4mpegpipe', 'gif', 'mjpeg', 'vc1', 'dirac'],
  ...['wav', 'w64', 'mp3', 'aac', 'ac3', 'eac3', 'flac', 'aiff', 'au', 'caf', 'amr', 'mp2', 'dts', 'truehd', 'tta', 'wv', 'ape', 'loas', 'latm'],
];
