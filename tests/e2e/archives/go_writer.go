// Packs a directory with Go's archive/tar or archive/zip: go run go_writer.go tar|zip DIR OUT
package main

import (
	"archive/tar"
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	out, err := os.Create(os.Args[3])
	check(err)
	if os.Args[1] == "tar" {
		w := tar.NewWriter(out)
		walk(os.Args[2], func(path, name string, info fs.FileInfo, link string) io.Writer {
			header, err := tar.FileInfoHeader(info, link)
			check(err)
			header.Name = name
			check(w.WriteHeader(header))
			return w
		})
		check(w.Close())
	} else {
		w := zip.NewWriter(out)
		walk(os.Args[2], func(path, name string, info fs.FileInfo, link string) io.Writer {
			header, err := zip.FileInfoHeader(info)
			check(err)
			header.Name = name
			if info.Mode().IsRegular() {
				header.Method = zip.Deflate
			}
			body, err := w.CreateHeader(header)
			check(err)
			if link != "" {
				_, err = io.WriteString(body, link)
				check(err)
			}
			return body
		})
		check(w.Close())
	}
	check(out.Close())
}

type begin func(path, name string, info fs.FileInfo, link string) io.Writer

func walk(root string, entry begin) {
	check(filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		check(err)
		name, err := filepath.Rel(root, path)
		check(err)
		if name == "." {
			return nil
		}
		info, err := os.Lstat(path)
		check(err)
		link := ""
		if info.Mode()&fs.ModeSymlink != 0 {
			link, err = os.Readlink(path)
			check(err)
		}
		if info.IsDir() {
			name += "/"
		}
		body := entry(path, name, info, link)
		if info.Mode().IsRegular() {
			file, err := os.Open(path)
			check(err)
			_, err = io.Copy(body, file)
			check(err)
			check(file.Close())
		}
		return nil
	}))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
