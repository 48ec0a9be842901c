// Scanning with the camera where the browser can read QR codes by itself; elsewhere a hand scanner types into the field.
export async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

/** Show the camera in `video` until something is read or `stop()` is called; resolves to the text, or null. */
export function scan(video) {
  let stopped = false, stream = null;
  const end = () => { stopped = true; stream?.getTracks().forEach((track) => track.stop()); video.hidden = true; };
  const found = (async () => {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (stopped) { end(); return null; }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    while (!stopped) {
      const [code] = await detector.detect(video);
      if (code) { end(); return code.rawValue; }
      await new Promise((done) => { setTimeout(done, 150); });
    }
    return null;
  })().catch(() => { end(); return null; });
  return { found, stop: end };
}
