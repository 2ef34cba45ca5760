//! Twenty hosts (127.0.0.1 to 127.0.0.20) that answer everything after 50 ms, until they are stopped:
//! `cargo bench --bench servers -- 8080`.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

const LATENCY: Duration = Duration::from_millis(50);
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n";

fn main() {
    // Cargo adds arguments of its own, and runs all benchmarks where none is named.
    let Some(port) = std::env::args().find_map(|argument| argument.parse::<u16>().ok()) else {
        return;
    };
    let serve = |host: u8| {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), port)).expect("the port is free");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let small = thread::Builder::new().stack_size(64 * 1024);
                small.spawn(move || answer(stream)).expect("a thread");
            }
        })
    };
    let hosts: Vec<_> = (1..=20).map(serve).collect();
    hosts.into_iter().for_each(|host| host.join().expect("a host"));
}

/// Answers the requests of one connection, none of which has a body.
fn answer(mut stream: TcpStream) {
    let (mut head, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => return,
            Ok(length) => head.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        }
        while let Some(end) = head.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            head.drain(..end + 4);
            thread::sleep(LATENCY);
            if stream.write_all(ANSWER).is_err() {
                return;
            }
        }
    }
}
