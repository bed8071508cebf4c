//! The smallest HTTP/1.1 client that keeps a connection: requests are prepared bytes, answers are read by their
//! length. One thread drives many connections, so that the generator leaves the processors to the program.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    figures::Latencies,
    frame::{Failure, Outcome},
};

/// One connection, one request at a time.
pub struct Client {
    stream: TcpStream,
    address: SocketAddr,
    key: Option<String>,
    buffer: Vec<u8>,
    /// Where the socket writes to; filled with zeros once, not for every answer.
    chunk: Box<[u8]>,
}

pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

/// What a closed loop of many connections did in its time.
#[derive(Debug, Default)]
pub struct Load {
    pub answered: u64,
    pub seconds: f64,
    pub latencies: Latencies,
    /// Answers other than 2xx, by status.
    pub refused: BTreeMap<u16, u64>,
}

impl Client {
    pub fn connect(address: SocketAddr, key: Option<&str>) -> Outcome<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Client {
            stream,
            address,
            key: key.map(str::to_owned),
            buffer: Vec::with_capacity(1 << 20),
            chunk: vec![0; 256 * 1024].into_boxed_slice(),
        })
    }

    /// Another connection of the same to the same.
    pub fn again(&self) -> Outcome<Client> {
        Client::connect(self.address, self.key.as_deref())
    }

    pub fn prepare(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        request(self.address, self.key.as_deref(), method, path, body)
    }

    /// Sends a prepared request and reads its answer whole.
    pub fn send(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request)?;
        self.receive()
    }

    /// Sends a file as it lies on the disk; answers the body of a 2xx answer.
    pub fn upload(&mut self, path: &str, file: &Path) -> Outcome<Value> {
        let mut file = File::open(file)?;
        let (address, length) = (self.address, file.metadata()?.len());
        let key = self.key.as_deref().unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes())?;
        std::io::copy(&mut file, &mut self.stream)?;
        let answer = self.receive()?;
        if !(200..300).contains(&answer.status) {
            let text = String::from_utf8_lossy(answer.body);
            return Err(format!("POST {path}: {} {text}", answer.status).into());
        }
        Ok(serde_json::from_slice(answer.body)?)
    }

    fn receive(&mut self) -> Outcome<Answer<'_>> {
        self.buffer.clear();
        loop {
            let n = self.stream.read(&mut self.chunk)?;
            if n == 0 {
                return Err("the server closed the connection".into());
            }
            self.buffer.extend_from_slice(&self.chunk[..n]);
            if let Some(head) = head(&self.buffer)?
                && self.buffer.len() >= head.len + head.body
            {
                return Ok(Answer {
                    status: head.status,
                    body: &self.buffer[head.len..head.len + head.body],
                });
            }
        }
    }

    /// The body of a 2xx answer.
    pub fn json(&mut self, method: &str, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let request = self.prepare(method, path, body);
        let answer = self.send(&request)?;
        if !(200..300).contains(&answer.status) {
            let text = String::from_utf8_lossy(answer.body);
            return Err(format!("{method} {path}: {} {text}", answer.status).into());
        }
        Ok(if answer.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(answer.body)?
        })
    }

    /// Sends every request in turn and takes the time of each.
    pub fn time_each(&mut self, requests: &[Vec<u8>]) -> Outcome<Latencies> {
        let mut res = Latencies::default();
        for request in requests {
            let start = Instant::now();
            let status = self.send(request)?.status;
            res.push(start.elapsed());
            if status != 200 {
                let asked = String::from_utf8_lossy(request);
                return Err(
                    format!("{status} for {}", asked.lines().next().unwrap_or_default()).into(),
                );
            }
        }
        Ok(res)
    }
}

pub fn request(
    address: SocketAddr,
    key: Option<&str>,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Vec<u8> {
    let mut res = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    if let Some(key) = key {
        res.extend(["Authorization: Bearer ", key, "\r\n"]);
    }
    match body {
        Some(body) => {
            let body = body.to_string();
            let length = body.len().to_string();
            res.extend([
                "Content-Type: application/json\r\nContent-Length: ",
                &length,
                "\r\n\r\n",
                &body,
            ]);
        }
        None => res += "\r\n",
    }
    res.into_bytes()
}

/// A closed loop: each connection sends the next request when its last one is answered, until the time is over or
/// every request has been sent.
pub fn load(
    address: SocketAddr,
    connections: usize,
    requests: &[Vec<u8>],
    time: Duration,
) -> Outcome<Load> {
    drive(address, connections, requests, time, Gone::Fails)
}

/// The same against a server that is killed meanwhile; answers how many 2xx came back before.
pub fn load_until_gone(
    address: SocketAddr,
    connections: usize,
    requests: &[Vec<u8>],
) -> Outcome<u64> {
    drive(
        address,
        connections,
        requests,
        Duration::from_mins(1),
        Gone::Ends,
    )
    .map(|it| it.answered)
}

/// What it means when the server goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    Fails,
    Ends,
}

fn drive(
    address: SocketAddr,
    connections: usize,
    requests: &[Vec<u8>],
    time: Duration,
    gone: Gone,
) -> Outcome<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let shared = Rc::new(RefCell::new(Load::default()));
    let next = Rc::new(Cell::new(0_usize));
    let requests: Rc<[Vec<u8>]> = requests.into();
    let tasks = tokio::task::LocalSet::new();
    let start = Instant::now();
    let mut handles = Vec::new();
    for _ in 0..connections {
        let (shared, next, requests) = (Rc::clone(&shared), Rc::clone(&next), Rc::clone(&requests));
        handles.push(tasks.spawn_local(async move {
            one_connection(address, &requests, &next, start + time, &shared)
                .await
                .map_err(|err| err.to_string())
        }));
    }
    tasks.block_on(&runtime, async {
        for handle in handles {
            let ended = handle.await?;
            if gone == Gone::Fails {
                ended?;
            }
        }
        Ok::<_, Failure>(())
    })?;
    let mut res = shared.take();
    res.seconds = start.elapsed().as_secs_f64();
    Ok(res)
}

async fn one_connection(
    address: SocketAddr,
    requests: &[Vec<u8>],
    next: &Cell<usize>,
    until: Instant,
    shared: &RefCell<Load>,
) -> Outcome<()> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(16 * 1024);
    while Instant::now() < until {
        let Some(request) = requests.get(next.replace(next.get() + 1)) else {
            break;
        };
        let start = Instant::now();
        stream.write_all(request).await?;
        buffer.clear();
        let status = loop {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(head) = head(&buffer)?
                && buffer.len() >= head.len + head.body
            {
                break head.status;
            }
        };
        let mut load = shared.borrow_mut();
        if (200..300).contains(&status) {
            load.answered += 1;
            load.latencies.push(start.elapsed());
        } else {
            *load.refused.entry(status).or_default() += 1;
        }
    }
    Ok(())
}

struct Head {
    status: u16,
    /// Bytes of the head, and of the body behind it.
    len: usize,
    body: usize,
}

/// The head of an answer, once it is there in full.
fn head(bytes: &[u8]) -> Outcome<Option<Head>> {
    let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes[..end])?;
    let status: u16 = text
        .get(9..12)
        .and_then(|it| it.parse().ok())
        .ok_or("this is not an HTTP answer")?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    let body = match length {
        Some(length) => length,
        None if status == 204 => 0,
        None => return Err(format!("the answer tells no length:\n{text}").into()),
    };
    Ok(Some(Head {
        status,
        len: end + 4,
        body,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn answers_are_read_by_their_length_and_counted_by_their_status() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                std::thread::spawn(move || echo(stream.unwrap()));
            }
        });
        let requests: Vec<_> = (0..40)
            .map(|it| {
                request(
                    address,
                    Some("k"),
                    "GET",
                    if it % 4 == 0 { "/bad" } else { "/" },
                    None,
                )
            })
            .collect();
        let load = load(address, 4, &requests, Duration::from_secs(5)).unwrap();
        assert_eq!((load.answered, load.refused.get(&404)), (30, Some(&10)));
        let mut client = Client::connect(address, Some("k")).unwrap();
        assert_eq!(
            client.json("GET", "/", None).unwrap(),
            serde_json::json!([1])
        );
        assert!(
            client
                .json("GET", "/bad", None)
                .unwrap_err()
                .to_string()
                .contains("404")
        );
    }

    fn echo(mut stream: TcpStream) {
        let mut buffer = [0; 1024];
        while let Ok(n) = stream.read(&mut buffer) {
            if n == 0 {
                return;
            }
            let bad = buffer[..n].starts_with(b"GET /bad");
            let status = if bad { "404 Not Found" } else { "200 OK" };
            // In two writes, to be put together again.
            stream
                .write_all(format!("HTTP/1.1 {status}\r\ncontent-").as_bytes())
                .unwrap();
            stream.write_all(b"length: 3\r\n\r\n[1]").unwrap();
        }
    }
}
